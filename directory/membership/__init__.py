"""Membership: requests to join, admission, referrals by colleagues."""
