// What the commands of an HWC do to data, for tests: buffers that know which element lies where.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "schedules/traffic/traffic.h"
#include "tests/sw/test_memory.h"

namespace hwcvp {

// A command with its staged registers, as pushed.
struct FakeCommand {
  uint32_t push = 0;
  std::array<uint32_t, 5> start{}, count{};
  std::array<uint32_t, 8> tile_start{}, tile_count{};
  std::array<uint32_t, 3> wait{};

  uint32_t opcode() const;
  // Its slot of a tensor: 0 input, 1 weight, 2 output.
  uint32_t slot(uint32_t tensor) const;
  bool init() const;
};

// No timing, no FIFOs. Anything that hardware could not do (an element that is not in the buffer, a box
// larger than the buffer) throws std::logic_error.
class FakeEngines {
 public:
  // Reads a configuration register by its offset.
  using Configuration = std::function<uint32_t(uint32_t)>;

  FakeEngines(TestMemory& memory, Configuration configuration);

  // Takes the configuration over and empties the buffers.
  void reset();

  // What a command does first and last: a load makes the elements it overwrites unreadable, then fills them.
  void begin(const FakeCommand& command);
  void finish(const FakeCommand& command);

  const Traffic& traffic() const { return traffic_; }
  uint64_t buffer_bytes() const;

 private:
  using Coordinates = std::array<uint32_t, 5>;
  struct Cell {
    bool valid = false;
    Coordinates at{};
    int32_t value = 0;
  };
  struct Layout {
    uint64_t base = 0;
    std::array<uint32_t, 5> stride{};
    uint32_t bytes = 1;
  };
  struct Buffer {
    std::array<uint32_t, 5> extent{};
    uint32_t slots = 1;
    std::array<std::vector<Cell>, 2> cells;
  };
  struct Axis {
    int64_t stride, dilation, pad, first, end;
    // Whether an output and a filter line meet an existing input line, and which.
    bool line(uint32_t out, uint32_t filter, uint32_t& in) const;
  };

  void configure();
  Layout layout(uint32_t base, uint32_t stride, uint32_t bytes) const;
  Buffer buffer(uint32_t extent, uint32_t slots) const;
  Axis axis(uint32_t stride, uint32_t dilation, uint32_t pad, uint32_t first, uint32_t end) const;
  static uint64_t address(const Layout& layout, const Coordinates& at);
  Cell& cell(uint32_t tensor, uint32_t slot, const Coordinates& at);
  int32_t value(uint32_t tensor, uint32_t slot, const Coordinates& at);
  void require_in_buffer(const FakeCommand& command, uint32_t tensor) const;
  static void for_each(const FakeCommand& command, const std::function<void(const Coordinates&)>& visit);

  void load(const FakeCommand& command, uint32_t tensor, const Layout& from, int64_t& bytes_read);
  void load_params();
  void keep(const FakeCommand& command);
  void compute(const FakeCommand& command);
  void accumulate(const FakeCommand& command, const Coordinates& out);
  void store(const FakeCommand& command, bool complete);
  int32_t requantize(int32_t accumulator, uint32_t channel) const;
  int32_t wrap(int64_t accumulator) const;

  TestMemory& memory_;
  Configuration configuration_;
  Traffic traffic_;
  bool configured_ = false;
  uint32_t types_ = 0;
  std::array<Layout, 3> layouts_;  // input, weight, output
  Layout psum_;
  std::array<Buffer, 3> buffers_;
  std::array<Axis, 2> axes_{};
  std::vector<int32_t> bias_, multiplier_, shift_;
};

}  // namespace hwcvp
