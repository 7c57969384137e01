"""When an inactive account is warned and erased, and when a card that nobody confirms is hidden."""

from datetime import timedelta

#: Months without activity after which an account is warned, warned again, erased (docs/decisions/0020).
WARNED_AFTER, WARNED_AGAIN_AFTER, ERASED_AFTER = 24, 35, 36
#: Minimum time between the two warnings, and from the second to the erasure, even if the clock has stopped for a year.
NOTICE = timedelta(days=30)
#: Maximum frequency of updates of `User.active_at`, the only record of a person's activity.
NOTED_EVERY = timedelta(days=1)
#: Months without confirmation after which a member is asked about their card, then the card is hidden.
ASKED_AFTER, HIDDEN_AFTER = 12, 18
