"""The parts of the target `sqlite:FILE`: what the database is made of, its views, how packages get in and out."""
