// A DRAM controller with its devices, as plain C++: time is counted in clock cycles of the memory.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "models/dram/controller/address_mapping.h"
#include "models/dram/controller/channel.h"
#include "models/dram/controller/command.h"
#include "models/dram/controller/config.h"
#include "models/dram/controller/spec.h"
#include "models/dram/controller/statistics.h"

namespace hwcvp {

// Does not model: data, masks for parts of bursts (they take a whole one), delays of the controller's own
// logic, more than one request at the input.
//
// A request is split into bursts, which enter the queues of their channels in order as there is room; while a
// request waits for room the input is taken and no further one can be submitted. Nothing is counted cycle by
// cycle: time goes from command to command.
class DramController {
 public:
  struct Request {
    uint64_t id = 0;       // handed back at the end
    uint64_t address = 0;  // with `bytes` inside the capacity
    uint64_t bytes = 1;    // at least 1
    bool write = false;
    DramCycle arrival = 0;  // no command is given for it earlier
  };
  struct Completion {
    uint64_t id;
    DramCycle finish;  // the first cycle after its last beat
  };

  DramTrace trace;  // told of every command; may be empty

  // Throws std::invalid_argument, naming the field, for a specification or configuration without meaning.
  DramController(const DramSpec& spec, const DramControllerConfig& config);
  DramController(const DramController&) = delete;
  DramController& operator=(const DramController&) = delete;

  const DramSpec& spec() const { return spec_; }

  // Whether submit() may be called: all bursts of the last request found room.
  bool ready() const { return input_.bursts == 0; }
  void submit(const Request& request);
  // Gives all commands of cycles before `until`.
  void advance(DramCycle until);
  // The cycle of the next command as things stand.
  DramCycle next_cycle() { return next_channel().next_cycle(); }
  // No request that is in flight and not among the completions ends earlier, as things stand.
  DramCycle next_finish();
  // Requests that ended, in the order of their last column command; they are forgotten by
  // clear_completions(). Their finish may lie after the last command.
  const std::vector<Completion>& completions() const { return completions_; }
  void clear_completions() { completions_.clear(); }
  // Requests submitted and not ended.
  size_t in_flight() const { return in_flight_; }

  // Submits a request, goes on until it ends, whatever that takes, and returns its finish; it is not listed
  // among the completions.
  DramCycle access(const Request& request);

  // What was counted; `now` is the cycle until which banks that are open count as open.
  DramStatistics statistics(DramCycle now) const;

 private:
  // Who is told of the end of a request: the completions, or the caller, who awaits it.
  enum class End { listed, awaited };
  struct Transfer {
    uint64_t id = 0;
    DramCycle arrival = 0;
    DramCycle finish = 0;
    uint64_t bursts = 0;  // not yet given
    End end = End::listed;
  };
  // The request of which bursts have not entered the queues.
  struct Input {
    uint64_t address = 0;  // of the next one
    uint64_t bursts = 0;
    size_t transfer = 0;
    bool write = false;
    DramCycle arrival = 0;
  };

  size_t start(const Request& request, End end);
  void feed();
  void step(dram::Channel& channel);
  void end(size_t transfer);
  dram::Channel& next_channel();

  const DramSpec spec_;
  const dram::AddressMapping mapping_;
  DramStatistics statistics_;
  std::deque<dram::Channel> channels_;  // which do not move
  std::vector<Transfer> transfers_;
  std::vector<size_t> free_transfers_;
  std::vector<Completion> completions_;
  Input input_;
  size_t in_flight_ = 0;
  DramCycle busy_since_ = 0;
};

}  // namespace hwcvp
