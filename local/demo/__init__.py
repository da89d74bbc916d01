"""The demo: an endpoint is made, and what follows is told as a story, hop by hop: `python -m local.demo`.

Nothing in it is staged but the cloud: the template is the one that `sam build` made, the AWS CLI makes the endpoints,
and whatever is printed was read back from the local cloud. A step that does not happen in time ends it with exit code 1
and says which hops did happen.

The parts: `scene` (the cloud, the VPC, who listens), `story` (the chapters), `voice` (how it is printed).
"""
