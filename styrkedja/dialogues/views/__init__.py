"""Pages of the dialogues: a node's, the asker's, the receiver's, the matrix, and where things were used."""
