#include "platform/plan/walk_dims.h"

#include <algorithm>

namespace hwcvp::plan {

namespace {

bool padded(const WalkDim& dim) { return dim.before != 0 || dim.after != 0; }

bool joinable(const WalkDim& outer, const WalkDim& inner) {
  if (padded(outer) || padded(inner)) return false;
  return std::equal(outer.strides.begin(), outer.strides.end(), inner.strides.begin(),
                    [&inner](int64_t o, int64_t i) { return o == i * inner.extent; });
}

}  // namespace

std::vector<int64_t> dense_strides(const Shape& shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

std::vector<WalkDim> joined(const std::vector<WalkDim>& dims) {
  std::vector<WalkDim> result;
  for (const WalkDim& dim : dims) {
    if (dim.extent == 1 && !padded(dim)) continue;
    if (!result.empty() && joinable(result.back(), dim)) {
      result.back().extent *= dim.extent;
      result.back().strides = dim.strides;
    } else {
      result.push_back(dim);
    }
  }
  return result;
}

}  // namespace hwcvp::plan
