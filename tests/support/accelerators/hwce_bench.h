// The HWCE with a memory on a bus.
#pragma once

#include <cstdint>
#include <memory>
#include <systemc>
#include <vector>

#include "models/hwce/hwce.h"
#include "models/memory/dram.h"
#include "tests/support/accelerators/accelerator_bench.h"
#include "tests/support/tlm/at_target.h"

namespace hwcvp {

// Records transactions from the beginning.
class HwceBench : public AcceleratorBench {
 public:
  explicit HwceBench(const sc_core::sc_module_name& name, const Hwce::Properties& properties = {});
  // With a memory of the test's own in place of the DRAM.
  HwceBench(const sc_core::sc_module_name& name, const Hwce::Properties& properties, AtTarget& memory);

  // Pixels in the memory, by debug transport; `address` counts from its beginning.
  void store(uint64_t address, const std::vector<int16_t>& pixels);
  std::vector<int16_t> fetch(uint64_t address, size_t pixels);

  // For scripts: starts a job of `lines` lines of 6 outputs over a 3 x 3 filter, all pixels and weights 1 and
  // no partial sums. Each output is then 9.
  void start_plain_job(uint32_t lines);
  bool plain_job_is_right(uint32_t lines);
  static constexpr uint32_t kPlainX = 0x1000, kPlainWeights = 0x2000, kPlainY = 0x4000;

  Hwce hwce;

 private:
  HwceBench(const sc_core::sc_module_name& name, const Hwce::Properties& properties, uint64_t memory_bytes);

  std::unique_ptr<Dram> dram_;
};

}  // namespace hwcvp
