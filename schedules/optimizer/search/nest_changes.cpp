#include "schedules/optimizer/search/nest_changes.h"

#include <algorithm>

namespace hwcvp::optimizer {

NestChanges::NestChanges(const SearchContext& context, bool may_double_buffers)
    : context_(context),
      space_(context.space()),
      outer_(space_.outer_loops().size()),
      extents_(space_.tiles_left()),
      may_double_(may_double_buffers) {
  for (const Dim dim : kDims) {
    std::vector<int64_t>& tiles = tiles_[index(dim)];
    tiles = space_.distinct_tiles(dim);
    tiles.erase(tiles.begin());
    if (!tiles.empty()) dims_.push_back(dim);
  }
}

bool NestChanges::change(Schedule& schedule) {
  do {
    change_once(schedule);
  } while (random_() % 2 == 0);
  return tidy(schedule);
}

// A loop that is not one of the fixed outer ones; there is one.
size_t NestChanges::pick_loop(const std::vector<Loop>& loops) { return outer_ + pick(loops.size() - outer_); }

int64_t NestChanges::pick_tile(Dim dim) {
  // Any tile now and then: several loops of a dimension together can cut it unevenly to advantage.
  if (pick(4) == 0) {
    const int64_t multiple = space_.least_tile(dim);
    const int64_t largest = space_.next_tile(dim, extents_[index(dim)]);
    return multiple * (1 + static_cast<int64_t>(pick(static_cast<size_t>(largest / multiple))));
  }
  return tiles_[index(dim)][pick(tiles_[index(dim)].size())];
}

void NestChanges::change_once(Schedule& schedule) {
  std::vector<Loop>& loops = schedule.loops;
  switch (pick(may_double_ ? 8 : 5)) {
    case 0:
      if (loops.size() > outer_) remove_loop(schedule, pick_loop(loops));
      break;
    case 1:
      if (loops.size() > outer_) {
        Loop& loop = loops[pick_loop(loops)];
        loop.tile = pick_tile(loop.dim);
      }
      break;
    case 2:
      if (loops.size() > outer_) {
        const size_t from = pick_loop(loops);
        const Loop loop = loops[from];
        remove_loop(schedule, from);
        insert(schedule, loop);
      }
      break;
    case 3:
      schedule.buffer_level[pick(kTensorCount)] = static_cast<int>(pick(loops.size() + 1));
      break;
    case 4: {
      if (dims_.empty()) break;
      const Dim dim = dims_[pick(dims_.size())];
      insert(schedule, {dim, pick_tile(dim)});
      break;
    }
    case 5:
      step_tile(schedule, pick(2) == 0);
      break;
    case 6: {  // what one tile gains in room, another one loses
      const bool up = pick(2) == 0;
      step_tile(schedule, up);
      step_tile(schedule, !up);
      break;
    }
    default: {
      const size_t tensor = pick(kTensorCount);
      const bool required = context_.options().double_buffer[tensor];
      schedule.double_buffer[tensor] = required || !schedule.double_buffer[tensor];
    }
  }
}

// To one of the next tiles up or down.
void NestChanges::step_tile(Schedule& schedule, bool up) {
  if (schedule.loops.size() == outer_) return;
  Loop& loop = schedule.loops[pick_loop(schedule.loops)];
  const std::vector<int64_t>& tiles = tiles_[index(loop.dim)];
  const auto place = std::find(tiles.begin(), tiles.end(), loop.tile);
  const auto steps = static_cast<std::ptrdiff_t>(1 + pick(3));
  if (place == tiles.end()) {
    const int64_t multiple = space_.least_tile(loop.dim);
    loop.tile = std::max(multiple, loop.tile + (up ? multiple : -multiple));
  } else if (up) {  // they descend
    loop.tile = *(place - std::min(steps, place - tiles.begin()));
  } else {
    loop.tile = *(place + std::min(steps, tiles.end() - 1 - place));
  }
}

// At a random place; a buffer at that place comes to lie inside or outside the loop.
void NestChanges::insert(Schedule& schedule, const Loop& loop) {
  const size_t place = outer_ + pick(schedule.loops.size() - outer_ + 1);
  schedule.loops.insert(schedule.loops.begin() + static_cast<std::ptrdiff_t>(place), loop);
  for (int& level : schedule.buffer_level) {
    if (level > static_cast<int>(place) || (level == static_cast<int>(place) && pick(2) == 0)) ++level;
  }
}

// Drops the loops that cut nothing and those inside all buffers, but no outer ones. False where a tile
// grows or the levels are not those that are asked for.
bool NestChanges::tidy(Schedule& schedule) const {
  const int innermost = *std::max_element(schedule.buffer_level.begin(), schedule.buffer_level.end());
  schedule.loops.resize(std::max(static_cast<size_t>(innermost), outer_));
  PerDim<int64_t> left = extents_;
  for (size_t i = outer_; i < schedule.loops.size();) {
    const Loop& loop = schedule.loops[i];
    int64_t& extent = left[index(loop.dim)];
    if (loop.tile > extent) return false;
    if (loop.tile == extent) {
      remove_loop(schedule, i);
    } else {
      extent = loop.tile;
      ++i;
    }
  }
  return space_.levels_possible(schedule.buffer_level, schedule.loops.size());
}

}  // namespace hwcvp::optimizer
