// Traces in the formats that DRAM simulators read.
#pragma once

#include <cstdint>
#include <string>

#include "platform/trace/trace_writer.h"

namespace hwcvp {

// Bytes of the access that a line without a length stands for: a burst of eight on a 64-bit data bus.
inline constexpr uint64_t kDramAccessBytes = 64;

// None of these formats knows sockets, tensors or layers. Transactions that were answered with an error are
// left out, as they reached no memory. Cycles are of the bus and never decrease.

// DRAMsim3: "0x2000D5C0 READ 30", address, command and cycle of an access of kDramAccessBytes. A transaction
// becomes one line for each such block that it touches.
class Dramsim3Writer : public TraceWriter {
 public:
  Dramsim3Writer(const TraceHeader& header, OutputFile& file) : cycle_ps_(header.cycle_ps), file_(file) {}

  void begin_layer(const std::string&) override {}
  void write(const TraceRecord& record) override;
  void finish() override {}

 private:
  const uint64_t cycle_ps_;
  OutputFile& file_;
  uint64_t cycle_ = 0;
};

// Ramulator 2, load-store trace: "LD 0x12340" or "ST 0x12340", blocks as above. It has no times.
class Ramulator2Writer : public TraceWriter {
 public:
  explicit Ramulator2Writer(OutputFile& file) : file_(file) {}

  void begin_layer(const std::string&) override {}
  void write(const TraceRecord& record) override;
  void finish() override {}

 private:
  OutputFile& file_;
};

// DRAMSys: "81: (128) read 0x400180", cycle, bytes, command and address. A transaction becomes naturally
// aligned pieces whose sizes are powers of two, at most kDramAccessBytes, which is what DRAMSys takes: one
// that is larger than its request buffer (8 bursts in its own configurations) waits there for ever. Together
// they have the transaction's bytes. Data is not recorded.
class StlWriter : public TraceWriter {
 public:
  StlWriter(const TraceHeader& header, OutputFile& file) : cycle_ps_(header.cycle_ps), file_(file) {}

  void begin_layer(const std::string&) override {}
  void write(const TraceRecord& record) override;
  void finish() override {}

 private:
  const uint64_t cycle_ps_;
  OutputFile& file_;
  uint64_t cycle_ = 0;
};

}  // namespace hwcvp
