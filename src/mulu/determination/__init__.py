"""What an accountable person concludes: the ordered tests of the law, each citing its provision."""
