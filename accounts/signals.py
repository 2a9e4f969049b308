"""Signals that other apps can connect to."""

from django.dispatch import Signal

#: Sent by `AccountAdapter.post_login` once a person has signed in, also after sign-up. `sender` is
#: the User class; the arguments are `request`, `user`, `redirect_url` (the path to go to next)
#: and `signup` (whether the account is new). A receiver may finish what the person began before
#: signing in, and return another path to go to; the first one returned is used. After sign-up it
#: also has to welcome the person, since only one message is shown.
signed_in = Signal()
