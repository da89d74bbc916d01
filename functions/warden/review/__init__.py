"""The regular review: what endpoints cost, how they are used, what changed since the last one, what could be saved.

    reviewed   an endpoint and its money; the sums of many (`warden review` is made of these, too)
    last       what is remembered of a review until the next one
    changes    what changed between two
    payload    the shape of its notice as JSON, and the way to read one
    telling    a review told as that JSON
    words      that JSON in lines for people
    letter     these as an e-mail
    slack      these as a Slack message
    notice     all of it in one message

All of it is pure; reviewing.py beside this folder is the shell.
"""
