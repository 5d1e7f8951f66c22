#include "schedules/predictors/peemen2013.h"

namespace hwcvp {

ElementCounts Peemen2013::count(const Tiling& t, Innermost /*innermost*/) const { return tile_by_tile(t); }

}  // namespace hwcvp
