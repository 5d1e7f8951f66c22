// The machine's main signals as waveforms.
#pragma once

#include <array>
#include <cstdint>
#include <systemc>
#include <tlm>

#include "models/hwc/command.h"
#include "platform/machine/soc.h"
#include "platform/trace/vcd_writer.h"

namespace hwcvp {

// Records reset, the two interrupt lines, which engines of the HWC are busy, and their tokens (commands
// completed). Make it after the Soc and before the simulation starts.
class SignalRecorder : public sc_core::sc_module, public tlm::tlm_analysis_if<EngineActivity> {
 public:
  SignalRecorder(const sc_core::sc_module_name& name, Soc& soc, OutputFile& file);
  ~SignalRecorder() override;

  // Writes the end of the dump, at the present simulated time.
  void finish();

  // Of an engine; called by the HWC.
  void write(const EngineActivity& activity) override;

 private:
  void note_lines();

  Soc& soc_;
  VcdWriter writer_;
};

}  // namespace hwcvp
