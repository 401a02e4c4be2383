// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <future>
#include <thread>
#include <vector>

namespace cimarron {

inline int processors() {
    return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

// Calls work(begin, end) on equal parts of 0..count, none of them empty, each on a thread of its
// own and at most `threads` of them; returns when all are done. What one of them throws is thrown
// then.
template <class Work>
void in_parts(int count, int threads, const Work& work) {
    const std::int64_t size = count;
    const int parts = std::min(threads, count);
    std::vector<std::future<void>> running;
    for (int k = 0; k < parts; ++k) {
        running.push_back(std::async(std::launch::async, work, static_cast<int>(size * k / parts),
                                     static_cast<int>(size * (k + 1) / parts)));
    }
    for (std::future<void>& part : running) part.get();
}

}  // namespace cimarron
