// The firmware's way through a nest, in time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>

#include "schedules/geometry/range.h"
#include "schedules/latency/control_processor.h"
#include "schedules/latency/engines.h"
#include "schedules/latency/layer_map.h"
#include "schedules/latency/loop_nest.h"
#include "schedules/latency/mac_array.h"
#include "schedules/latency/machine_timing.h"
#include "schedules/latency/staged_box.h"
#include "schedules/latency/steady_state.h"
#include "schedules/latency/transfer.h"
#include "schedules/nest/schedule.h"
#include "schedules/workload/layer.h"

namespace hwcvp::latency {

// Does not model: contents of buffers, errors, logging.
//
// For each compute command the firmware brings the buffers of input, weights and outputs to the position of
// the nest: commands are issued in that order, each with the counts of commands that must have been
// completed before it starts. With `Extent::settled` loops whose iterations have become alike are not walked
// to their end.
class FirmwareWalk {
 public:
  enum class Extent { settled, whole };

  // Layer and timing must outlive the walk.
  FirmwareWalk(const Layer& layer, const Schedule& schedule, const MachineTiming& timing,
               Extent extent = Extent::settled);

  // Where a walk is given up.
  struct Limits {
    double cycles = std::numeric_limits<double>::infinity();
    int64_t steps = std::numeric_limits<int64_t>::max();   // walked
    int64_t bursts = std::numeric_limits<int64_t>::max();  // followed one by one
    std::function<bool()> stop;                            // now and then asked, if set
  };
  // From the doorbell to the firmware's answer; returns the cycles. Nothing once they, or the steps or bursts
  // that had to be walked, are more than the limits. To be called once.
  std::optional<double> run(const Limits& limits);
  double run() { return *run(Limits()); }

  // Of what was walked, without the iterations that were left out.
  const ControlCounts& counts() const { return processor_.counts(); }
  int64_t steps() const { return counts().work[FirmwareCosts::step]; }
  const Engines& engines() const { return engines_; }

 private:
  // The buffer of a tensor: its region, and when the slot that takes the next one is free.
  struct Buffer {
    Place place;
    bool twice;
    Box region;
    int64_t left_compute = 0;  // commands issued when the slot not in use was left
    int64_t left_store = 0;
  };
  struct SlotFree {
    int64_t compute, store;
  };

  void begin();
  void search_hull(size_t axis);
  void end();
  double elapsed() const { return processor_.now() + steady_.skipped(); }
  void ask_to_stop() const;
  bool given_up() const {
    return elapsed() > limits_.cycles || steps() > limits_.steps || engines_.bursts() > limits_.bursts;
  }
  void visit(size_t entry);
  int64_t alignment_period(size_t entry) const;
  bool alike(size_t entry) const;
  void leave_out(size_t entry, int64_t iterations);
  void step();
  void stage_tile();
  SlotFree next_slot(Buffer& buffer);
  void update_input();
  void slide_input(Range y, Range x, Range shared_y, Range shared_x);
  // Whether a part of the input comes from memory or from the other slot of the buffer.
  enum class Source { memory, other_slot };
  void push_input_part(Box& box, Range y, Range x, Source source);
  void update_weight();
  void leave_output();
  void enter_output();
  enum class Visit { first, last };
  bool at_visit(Visit visit);
  void store_output();
  void compute();
  void load(const TensorInMemory& tensor, const Box& box);

  const Layer& layer_;
  const MachineTiming& timing_;
  LoopNest nest_;
  LayerMap map_;
  MacArray array_;
  Engines engines_;
  ControlProcessor processor_;
  StagedBox staged_;
  SteadyState steady_;
  const bool whole_;
  const bool sliding_;
  Buffer input_, weight_, output_;
  Box slab_, kept_;  // the last part of an input region that was loaded, and copied
  PerDim<int64_t> tile_{};
  int64_t tile_cycles_ = 0;  // that computing the tile takes; 0: not known
  Limits limits_;
  size_t moved_ = 0;  // the outermost entry that moved; 0 at the start
  int64_t new_limits_ = 0;
  int64_t loads_awaited_ = 0;
  bool output_changed_ = true;
  bool complete_ = false;  // the output region held
};

}  // namespace hwcvp::latency
