  .globl _start
_start:
  nop
  nop
  .word 0xffffffff
