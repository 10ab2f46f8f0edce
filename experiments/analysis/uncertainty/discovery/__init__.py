"""Where each of two policies does worse: points by who wins, and boxes of inputs that hold them."""
