"""Pages of requests: a node's dialogues, the asker's and the receiver's."""
