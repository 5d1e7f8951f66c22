#include "models/faults/fault.h"

#include <systemc>

namespace hwcvp {

void Fault::note(const std::string& what) {
  injected_ = what + " at " + sc_core::sc_time_stamp().to_string();
  SC_REPORT_INFO("/hwcvp/faults", injected_.c_str());
}

}  // namespace hwcvp
