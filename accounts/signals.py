"""What others may do when somebody has signed in."""

from django.dispatch import Signal

#: Sent by `AccountAdapter.post_login` once the person is signed in, also after an account was made
#: and its address verified. `sender` is the User class; the arguments are `request`, `user` and
#: `redirect_url`, the address within this site that comes next. A receiver that finishes what was
#: begun before signing in may return another such address: the first one that does decides.
signed_in = Signal()
