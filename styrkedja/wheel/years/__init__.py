"""A huvudman's year: made from a wheel or from last year, published, changed, and closed: the frame of the cycle."""
