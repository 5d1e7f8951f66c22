// The HWC with a memory on a bus.
#pragma once

#include <memory>
#include <systemc>
#include <vector>

#include "models/hwc/hwc.h"
#include "models/memory/dram.h"
#include "tests/support/accelerators/accelerator_bench.h"
#include "tests/support/tlm/at_target.h"

namespace hwcvp {

class HwcBench : public AcceleratorBench {
 public:
  explicit HwcBench(const sc_core::sc_module_name& name, const Hwc::Properties& hwc_properties = {},
                    const Dram::Properties& dram_properties = {});
  // With a memory of the test's own in place of the DRAM.
  HwcBench(const sc_core::sc_module_name& name, const Hwc::Properties& hwc_properties, AtTarget& memory);

  Hwc hwc;
  std::vector<CommandRecord> commands;  // while recording

 private:
  struct CommandRecorder : tlm::tlm_analysis_if<CommandRecord> {
    explicit CommandRecorder(HwcBench& to) : bench(to) {}
    void write(const CommandRecord& record) override {
      if (bench.recording) bench.commands.push_back(record);
    }
    HwcBench& bench;
  };

  HwcBench(const sc_core::sc_module_name& name, const Hwc::Properties& hwc_properties, uint64_t memory_bytes);

  std::unique_ptr<Dram> dram_;
  CommandRecorder command_recorder_{*this};
};

}  // namespace hwcvp
