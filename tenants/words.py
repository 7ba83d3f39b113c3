"""What allauth says when something is wrong, in our words: plain, and with the way on."""

from __future__ import annotations

SIGN_IN = {
    "account_inactive": "This account is switched off.",
    "cannot_remove_primary_email": "You sign in with this address. Make another one the first before you remove it.",
    "duplicate_email": "This address is yours already.",
    "email_password_mismatch": "The e-mail address or the password is wrong.",
    "email_taken": "There is an account for this address already. Sign in with it.",
    "enter_current_password": "This is not your password now.",
    "incorrect_password": "The password is wrong.",
    "invalid_password_reset": "This link is used up. Ask for a new one.",
    "max_email_addresses": "You can have at most %d addresses.",
    "rate_limited": "That was too often. Try again in a few minutes.",
    "too_many_login_attempts": "Too many wrong passwords. Try again in a few minutes, or choose a new password.",
    "unknown_email": "There is no account for this address.",
    "unverified_primary_email": "Confirm the address you sign in with first.",
}
