# Runs on for ever and gets nowhere.
  .globl _start
_start:
  j    _start
