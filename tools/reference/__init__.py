"""Write the committed reference pages from the sources that decide, or fail when one of them has drifted."""
