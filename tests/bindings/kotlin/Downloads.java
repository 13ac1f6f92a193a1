// Fetches a model to each folder that it is told, from a server that behaves as the folder is called.

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import sideload.models.BindingException;
import sideload.models.DownloadProgress;
import sideload.models.Large;
import sideload.models.ModelDownload;

public final class Downloads {
    private static String left(File folder) {
        File[] files = folder.listFiles();
        if (files == null) return "nothing";
        List<String> found = new ArrayList<>();
        for (File each : files) found.add(each.getName().replaceAll("^[0-9a-f]{64}", "hash") + " " + each.length());
        found.sort(null);
        return found.toString();
    }

    private static void attempt(String what, File folder, ModelDownload from) {
        String said;
        try {
            said = Large.download(from, folder).getName();
        } catch (BindingException error) {
            if (error.getRemedy().isEmpty()) throw error;
            said = error.getClass().getSimpleName() + ": " + error.getProblem();
        } catch (InterruptedException error) {
            said = "interrupted";
        }
        System.out.println(what + " | " + said + " | " + left(folder));
    }

    private static ModelDownload from(String address, DownloadProgress progress) {
        int timeoutMillis = address.endsWith("silent") ? 500 : 20_000;
        return new ModelDownload(address, Map.of("Authorization", "secret"), 3, timeoutMillis, progress);
    }

    private static void together(File folder, String address) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int each = 0; each < 4; each++) {
            threads.add(new Thread(() -> attempt("together", folder, from(address, (name, bytes, of) -> {}))));
        }
        for (Thread each : threads) each.start();
        for (Thread each : threads) each.join();
    }

    private static void stopped(File folder, String address) {
        List<Long> told = new ArrayList<>();
        attempt("stopped", folder, from(address, (name, bytes, of) -> {
            told.add(bytes);
            if (bytes * 2 > of) Thread.currentThread().interrupt();
        }));
        System.out.println("rising | " + told.equals(told.stream().sorted().distinct().toList()) + " | " + (told.size() > 1));
    }

    public static void main(String[] arguments) throws InterruptedException {
        File root = new File(arguments[0]);
        String server = arguments[1];
        for (String what : Arrays.asList(arguments).subList(2, arguments.length)) {
            boolean isAddress = what.contains(":");
            String address = isAddress ? what : server + "/" + what;
            File folder = new File(root, isAddress ? "addresses" : what);
            if (what.equals("together")) {
                together(folder, address);
            } else if (what.equals("stopped")) {
                stopped(folder, address);
                attempt("stopped", folder, new ModelDownload(address));
            } else {
                attempt(what, folder, from(address, (name, bytes, of) -> {}));
            }
        }
    }
}
