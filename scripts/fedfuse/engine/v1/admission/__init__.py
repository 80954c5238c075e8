"""What is wrong with what a change ships, before any gate judges it."""
