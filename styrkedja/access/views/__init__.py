"""The pages of the chain and its people, under /kedjan/.

`organisation` stands below the gate and cannot ask it, so its pages stand here.
"""
