package androidx.test.ext.junit.runners

import org.junit.runner.Description
import org.junit.runner.Runner
import org.junit.runner.notification.RunNotifier

public class AndroidJUnit4 : Runner() {
    override fun getDescription(): Description = Description.EMPTY

    override fun run(notifier: RunNotifier): Unit = Unit
}
