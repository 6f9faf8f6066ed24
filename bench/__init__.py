"""Side-by-side measurements behind the figures the documents quote."""
