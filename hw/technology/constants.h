// SPDX-License-Identifier: Apache-2.0
#pragma once

// All constants of a chip's technology and of its device.
#include "hw/technology/device_constants.h"
#include "hw/technology/technology_constants.h"
