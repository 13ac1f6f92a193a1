package sideload.phone;

import org.junit.runner.JUnitCore;
import org.junit.runner.Result;

/** Starts a process of an app; it does not end by itself. */
public final class Main {
  public static void main(String[] arguments) {
    Result result = JUnitCore.runClasses(AppProcess.class);
    result.getFailures().forEach(failure -> System.err.println(failure.getTrace()));
    System.exit(1);
  }
}
