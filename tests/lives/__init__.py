"""Lives of a register: claims, amendments and other employers, one after another, through the use cases."""
