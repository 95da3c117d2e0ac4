"""What leaves Mulu on paper or as a file: papers of a case, tables, exports, certificates.

Each is made from the values that an act gave; nothing here asks the store, the network or the clock.
"""
