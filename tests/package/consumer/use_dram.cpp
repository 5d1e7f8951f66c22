// Reads a preset by name and as the installed file, and has the controller time a burst: in a bank that is
// closed the data's last beat comes tRCD + CL + 4 cycles after the activation.
#include <iostream>
#include <string>

#include "models/dram/controller/controller.h"
#include "platform/dram/dram_spec_file.h"

int main() {
  const hwcvp::DramSpec spec = hwcvp::find_dram_spec("ddr4-2400");
  const hwcvp::DramSpec file = hwcvp::find_dram_spec(std::string(PRESETS) + "/ddr4-2400.json");
  hwcvp::DramController controller(spec, {});
  const hwcvp::DramCycle end = controller.access({0, 0x1000, 64, false, 100});
  std::cout << spec.name << ": " << end << '\n';
  return file.name == spec.name && file.timing.tRFC == spec.timing.tRFC &&
                 end == 100 + spec.timing.tRCD + spec.timing.CL + 4
             ? 0
             : 1;
}
