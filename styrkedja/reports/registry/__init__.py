"""An established report on its way to the organiser's registry: the package, and the number that comes back."""
