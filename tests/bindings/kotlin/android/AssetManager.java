// Assets of an app that is a zip file. As on a phone, only what is stored as it is has a descriptor.
package android.content.res;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

public final class AssetManager {
    private static final int HEADER = 30;
    private final File app;

    public AssetManager(File app) {
        this.app = app;
    }

    public InputStream open(String name) throws IOException {
        try (ZipFile zip = new ZipFile(app)) {
            return new java.io.ByteArrayInputStream(zip.getInputStream(entry(zip, name)).readAllBytes());
        }
    }

    public AssetFileDescriptor openFd(String name) throws IOException {
        try (ZipFile zip = new ZipFile(app)) {
            ZipEntry entry = entry(zip, name);
            if (entry.getMethod() != ZipEntry.STORED) throw new FileNotFoundException(name + " is compressed");
            return new AssetFileDescriptor(new RandomAccessFile(app, "r"), start(entry), entry.getSize());
        }
    }

    private static ZipEntry entry(ZipFile zip, String name) throws FileNotFoundException {
        ZipEntry found = zip.getEntry("assets/" + name);
        if (found == null) throw new FileNotFoundException(name);
        return found;
    }

    private long start(ZipEntry entry) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(app, "r")) {
            byte[] name = entry.getName().getBytes("UTF-8");
            byte[] seen = new byte[name.length];
            // Of what has that name, the first is the file itself, and the last the zip's own list.
            for (long at = 0; at + HEADER + name.length < file.length(); at++) {
                file.seek(at);
                if (file.read() != 'P') continue;
                file.seek(at + HEADER);
                file.readFully(seen);
                if (java.util.Arrays.equals(seen, name)) return at + HEADER + name.length;
            }
        }
        throw new IOException("no zip");
    }
}
