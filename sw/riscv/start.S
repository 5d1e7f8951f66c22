/* Entry of the firmware image: a stack, interrupts that wake but never trap, then C. */
  .section .text.start
  .globl _start
_start:
  la sp, firmware_stack_top
  la t0, trap
  csrw mtvec, t0
  csrci mstatus, 8     /* MIE off: wfi returns on a pending interrupt without taking a trap */
  li t0, 0x800         /* MEIE: the external interrupt line wakes */
  csrs mie, t0
  call firmware_start
/* No trap is expected: one means that the image or the machine is broken, and the processor stays here for a debugger. */
  .align 2
trap:
  wfi
  j trap
