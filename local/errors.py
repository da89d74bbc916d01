"""What can go wrong with the local cloud itself; AWS's own errors reach the client as AWS sends them."""


class LocalCloudError(Exception):
    """The local cloud did not come up, a stack did not deploy, or a control request was refused."""
