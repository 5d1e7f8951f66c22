// Runs the installed firmware on the installed plug-in, beside a mailbox, until it sleeps for want of a job.
#include <iostream>
#include <memory>
#include <systemc>

#include "models/cpu/control_processor_loader.h"
#include "models/mailbox/mailbox.h"

int sc_main(int /*argc*/, char** /*argv*/) {
  hwcvp::ControlProcessorProperties properties;
  properties.mailbox_base = 0;  // it is all there is on the bus
  properties.firmware_image = FIRMWARE;
  const auto core = hwcvp::make_control_processor("riscv", "core", properties, PLUGIN);
  hwcvp::Mailbox mailbox("mailbox");
  sc_core::sc_signal<bool> mailbox_interrupt("mailbox_interrupt");
  sc_core::sc_signal<bool> accelerator_interrupt("accelerator_interrupt");
  core->bus.bind(mailbox.socket);
  core->mailbox_interrupt(mailbox_interrupt);
  core->accelerator_interrupt(accelerator_interrupt);
  mailbox.interrupt(mailbox_interrupt);
  sc_core::sc_start(sc_core::sc_time(10, sc_core::SC_US));
  const hwcvp::ControlProcessorStatistics& statistics = core->statistics();
  std::cout << statistics.instructions << " instructions, " << statistics.sleeps << " sleeps\n";
  return statistics.instructions > 0 && statistics.sleeps == 1 && !core->halted() ? 0 : 1;
}
