"""How fast the generator is, how much memory and how many bytes it takes, and beside it the tools one might pick."""
