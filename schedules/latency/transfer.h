// The transactions of one command: a box of a tensor, as runs of neighbouring bytes, cut into bursts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "schedules/bursts/transfer_count.h"

namespace hwcvp::latency {

inline constexpr size_t kAxes = kTensorAxes;
template <typename T>
using PerAxis = PerTensorAxis<T>;

// Coordinates from `start`, on the axes of a tensor as the HWC has them: input B, G, C, Y, X; weight G, K, C,
// FY, FX; output B, G, K, OY, OX.
struct Box {
  PerAxis<int64_t> start{};
  PerAxis<int64_t> count{};
};

// What a command moves: a box of a tensor, which must outlive it, or bytes from an address on.
struct Payload {
  const TensorInMemory* tensor = nullptr;
  Box box;
  int64_t address = 0;  // without a tensor
  int64_t bytes = 0;
};

struct Burst {
  int64_t address = 0;
  int64_t bytes = 0;
};

// A walk over the bursts. Where a layout has blocks, the box is cut into parts: the rest of a block that is
// begun, whole blocks, the begin of a block. Axes along which elements of a part follow one another without
// gaps make up a run; bursts do not cross a multiple of the largest burst, and with `aligned` are powers of
// two at their multiples.
class Transfer {
 public:
  Transfer() = default;  // of nothing
  explicit Transfer(const Payload& payload);

  bool done() const { return left_ == 0; }
  // How many parts have begun, and of the last one the bytes to come and the bytes passed.
  int64_t parts_begun() const { return parts_begun_; }
  int64_t bytes_left() const { return left_ == 0 ? 0 : (runs_ - run_number_ - 1) * run_bytes_ + left_; }
  int64_t bytes_passed() const { return runs_ * run_bytes_ - bytes_left(); }
  // The burst to come; there is one.
  Burst burst(int64_t max_burst_bytes, bool aligned) const;
  // Goes past bytes of the present run.
  void advance(int64_t bytes);
  // Goes past bytes of any runs of the part, fewer than are left.
  void skip(int64_t bytes);

 private:
  bool next_part();
  void take_blocks(const TensorStrides::Blocks& blocks);
  void add_axis(int64_t count, int64_t stride);
  bool next_run();

  struct Axis {
    int64_t count, stride, index;
  };
  const TensorInMemory* tensor_ = nullptr;
  Box rest_;                            // behind the parts that have begun
  std::array<Axis, kAxes + 1> axes_{};  // of the part, outside the run, by stride
  size_t axis_count_ = 0;
  int64_t parts_begun_ = 0;
  int64_t run_bytes_ = 0;
  int64_t runs_ = 0;
  int64_t run_number_ = 0;
  int64_t run_ = 0;   // address
  int64_t left_ = 0;  // bytes of the run
};

}  // namespace hwcvp::latency
