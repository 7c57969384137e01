"""Becoming a member: requests to join, admission, referrals by colleagues."""
