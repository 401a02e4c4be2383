// SPDX-License-Identifier: Apache-2.0
#include "common/parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace cimarron {
namespace {

TEST(InParts, every_index_is_worked_on_once_by_at_most_so_many_threads) {
    for (const int count : {0, 1, 2, 7, 100}) {
        for (const int threads : {1, 2, 3, 8}) {
            std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
            std::mutex mutex;
            int parts = 0;
            in_parts(count, threads, [&](int begin, int end) {
                ASSERT_LT(begin, end);
                for (int i = begin; i < end; ++i) ++visits[static_cast<std::size_t>(i)];
                const std::lock_guard<std::mutex> lock(mutex);
                ++parts;
            });
            for (const auto& visit : visits) EXPECT_EQ(visit, 1);
            EXPECT_EQ(parts, std::min(count, threads));
        }
    }
}

TEST(InParts, the_first_parts_exception_comes_after_all_parts_are_done) {
    std::atomic<int> done{0};
    try {
        in_parts(3, 3, [&](int begin, int) {
            ++done;
            if (begin > 0) throw std::runtime_error(std::to_string(begin));
        });
        FAIL() << "nothing was thrown";
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "1");
    }
    EXPECT_EQ(done, 3);
}

}  // namespace
}  // namespace cimarron
