"""A plugin of pytest: what tests start can be interrupted, in the background of a shell, too.

A shell without job control lets what it starts there ignore SIGINT, and whatever that starts inherits it: the tests
that interrupt a command would wait for ever.
Source: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_12
"""

from __future__ import annotations

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
