/* Sets up the HWC for a stack: a region for each tensor that is held, and contexts for the operators. */
#pragma once

#include "sw/hwc_device.h"
#include "sw/stack.h"
#include "sw/stack_plan.h"

/* Resets the HWC and writes its registers, regions numbered as tensors, contexts in the order of operators.
 * Sets first_context[operator]. The plan must fit. */
void stack_configure(const struct hwc_device* device, const struct stack* stack,
                     const struct stack_plan* plan, uint32_t first_context[HWC_STACK_MAX_OPERATORS]);
