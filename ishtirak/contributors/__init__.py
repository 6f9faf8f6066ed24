"""Contributors: who a person is, as the directory of persons knows them."""
