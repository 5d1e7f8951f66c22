// The engines of the HWC.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace hwcvp {

enum class Engine : uint8_t { load, compute, vector, store };
inline constexpr size_t kEngineCount = 4;
inline constexpr std::array kEngines = {Engine::load, Engine::compute, Engine::vector, Engine::store};
constexpr size_t index(Engine engine) { return static_cast<size_t>(engine); }
// "load", "compute", "vector", "store".
const char* to_string(Engine engine);

}  // namespace hwcvp
